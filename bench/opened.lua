-- Everybody opens the notice once: GET it, then PUT that it is read; each line of TOKENS is somebody.
local ffi = require("ffi")
ffi.cdef("int getpid(void); int kill(int, int);")
local INTERRUPT = 2

local people = {}
for line in io.lines(os.getenv("TOKENS")) do people[#people + 1] = "Bearer " .. line end
local get, put = os.getenv("GET_PATH"), os.getenv("PUT_PATH")
local asked, answered = 0, 0

request = function()
  local who = people[math.floor(asked / 2) % #people + 1]
  local method, path = "GET", get
  if asked % 2 == 1 then method, path = "PUT", put end
  asked = asked + 1
  return wrk.format(method, path, {["Authorization"] = who, ["Accept"] = "application/json"})
end

response = function()
  answered = answered + 1
  -- wrk sleeps for its whole time otherwise, and would divide by that.
  if answered == 2 * #people then ffi.C.kill(ffi.C.getpid(), INTERRUPT) end
end

done = function(_, latency)
  io.write(string.format("p99 %d us\n", latency:percentile(99)))
end
