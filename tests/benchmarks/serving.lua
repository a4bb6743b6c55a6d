-- For wrk: sends the requests of a file in turn, COUNT in each replaced by a number that comes once after what the round is called.
-- At the end, a line for the benchmark: requests, microseconds, answers with an error, connections that failed, and the
-- microseconds that half of the answers and all but one in a hundred took at most.

local targets, sent, round = {}, 0, ""

function init(arguments)
  for line in io.lines(arguments[1]) do
    targets[#targets + 1] = line
  end
  round = arguments[2]
end

function request()
  sent = sent + 1
  local target = targets[sent % #targets + 1]:gsub("COUNT", round .. sent)
  return wrk.format("GET", target)
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout
  local median, slowest = latency:percentile(50), latency:percentile(99)
  io.write(string.format("measured %d %d %d %d %d %d\n", summary.requests, summary.duration, errors.status, failed, median, slowest))
end
