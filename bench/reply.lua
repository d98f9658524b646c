-- Accounts of TOKENS answer in the threads of THREADS, one after the other; each answer's id goes to IDS.
local people, threads = {}, {}
for line in io.lines(os.getenv("TOKENS")) do people[#people + 1] = "Bearer " .. line end
for line in io.lines(os.getenv("THREADS")) do threads[#threads + 1] = "/api/v1/threads/" .. line .. "/replies" end
local ids = io.open(os.getenv("IDS"), "a")
ids:setvbuf("line")
local number = tonumber(os.getenv("FROM"))
local words = "今天路过三号楼门口，灯还是不亮，晚上老人带着孩子上楼很不方便，希望物业尽快换好，谢谢大家关心。"

request = function()
  number = number + 1
  local headers = {
    ["Authorization"] = people[number % #people + 1],
    ["Content-Type"] = "application/json",
    ["Accept"] = "application/json",
  }
  local body = string.format('{"body":"第 %d 次说：%s"}', number, words)
  return wrk.format("POST", threads[number % #threads + 1], headers, body)
end

response = function(status, _, body)
  if status == 201 then
    ids:write(string.match(body, '"id":"([^"]+)"'), "\n")
  elseif os.getenv("LOUD") then
    io.stderr:write(status, " ", body, "\n")
  end
end
