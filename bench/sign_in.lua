-- Signs a different phone in with every request, from SIGN_IN_FROM upwards.
local number = tonumber(os.getenv("SIGN_IN_FROM"))
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

request = function()
  local body = string.format(
    '{"phone":"139%08d","code":"123456","device":{"platform":"ios","name":"bench"}}', number)
  number = number + 1
  return wrk.format(nil, nil, nil, body)
end
