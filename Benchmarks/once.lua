-- A script of wrk: sends each request of a file once, over all connections, and tells how it went.
--
-- wrk ... -t 1 -c CONNECTIONS -s once.lua URL -- FILE CONNECTIONS [PAUSE_MS]
-- FILE holds whole requests, each behind its length in decimal and a line feed. With a pause each
-- connection rests that long before its next request, as a person does. The run ends when all are
-- answered. The last line of the output is for programs: requests, seconds, p50, p99 and the worst
-- in milliseconds, and how many were answered with 400 or more, or not at all.
local ffi = require("ffi")
ffi.cdef [[
typedef struct { long s; long ns; } moment;
int clock_gettime(int clock, moment *out);
int getpid(void);
int kill(int process, int signal);
]]

local now = ffi.new("moment")
local function seconds()
  ffi.C.clock_gettime(1, now)
  return tonumber(now.s) + tonumber(now.ns) / 1e9
end

local thread
function setup(made) thread = made end

local requests, connections = {}, 0
-- Globals, so that `done` can ask for them.
sent, begun, ended = 0, 0, 0

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  for size in function() return file:read("*n") end do
    file:read(1)
    requests[#requests + 1] = file:read(size)
  end
  file:close()
  connections = tonumber(arguments[2])
  local pause = tonumber(arguments[3] or 0)
  if pause > 0 then delay = function() return pause end end
end

-- wrk asks for one request beforehand, to look at it; it is not sent.
local looked = false

function request()
  if not looked then
    looked = true
    return requests[1]
  end
  if sent == 0 then begun = seconds() end
  if sent < #requests then
    sent = sent + 1
    if sent == #requests then ended = seconds() end
    return requests[sent]
  end
  -- Whoever comes here again has had its answer; the last connection ends the run.
  sent = sent + 1
  if sent == #requests + connections then ffi.C.kill(ffi.C.getpid(), 2) end
  return "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    "once %d %f %f %f %f %d %d", thread:get("sent"), thread:get("ended") - thread:get("begun"),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
