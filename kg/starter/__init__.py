"""New projects: a folder that extends the shipped project, made of the files of ``template/``."""
