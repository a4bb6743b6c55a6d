-- For wrk: sends the requests of a file in turn, COUNT in each replaced by a number that comes once.
-- At the end, a line for the benchmark: requests, microseconds, answers with an error, connections that failed.

local targets, sent = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    targets[#targets + 1] = line
  end
end

function request()
  sent = sent + 1
  local target = targets[sent % #targets + 1]:gsub("COUNT", sent)
  return wrk.format("GET", target)
end

function done(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("measured %d %d %d %d\n", summary.requests, summary.duration, errors.status, failed))
end
