# Pledges and conflict by directed dyad-year, from a release of Casus and a list of conflicts of your own.
#
#   kg export --only tables -o release
#   Rscript examples/pledges_and_conflict.R release/tables conflicts.csv
#
# conflicts.csv has a line for each conflict: ccode1, who began it; ccode2, against whom; year. The numbers are those of the
# Correlates of War project, as in its data on militarized disputes. Prints, for each kind of pledge, in how many
# dyad-years it bound the first state to the second, in how many of these the first began a conflict with the second, how
# many that is of a thousand, and in how many conflicts it is not known whether there was a pledge.

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 2) stop("usage: Rscript pledges_and_conflict.R TABLES CONFLICTS.csv")
source(file.path(arguments[1], "read.R"), chdir = TRUE)
conflicts <- unique(read.csv(arguments[2])[c("ccode1", "ccode2", "year")])
conflicts$conflict <- 1

years <- merge(dyad_years_cow, conflicts, by = c("ccode1", "ccode2", "year"), all = TRUE)
years$conflict[is.na(years$conflict)] <- 0

of_kind <- function(kind) {
  pledged <- years[[paste0("atop_", kind)]]
  bound <- sum(pledged == 1, na.rm = TRUE)
  begun <- sum(years$conflict[which(pledged == 1)])
  data.frame(
    pledge = kind, dyad_years = bound, conflicts = begun, per_thousand = round(1000 * begun / bound, 2),
    not_known = sum(years$conflict[is.na(pledged)])
  )
}
kinds <- c("defense", "offense", "neutrality", "nonaggression", "consultation")
write.csv(do.call(rbind, lapply(kinds, of_kind)), row.names = FALSE, quote = FALSE)
