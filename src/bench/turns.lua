-- For wrk: each request goes on with the next of many conversations, so that none of them is asked twice at once.
local people, each, next = {}, 0, 0
local threads = 0
function setup(thread) thread:set("number", threads); threads = threads + 1 end
function init(arguments)
    local lines = {}
    for line in io.lines(arguments[1]) do lines[#lines + 1] = line end
    for i = 1 + number, #lines, 2 do
        local token, conversation = lines[i]:match("(%S+) (%S+)")
        people[#people + 1] = wrk.format("POST", "/api/chat",
            {["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. token},
            '{"message":"hello","agent_type":"offline","conversation_id":"' .. conversation .. '"}')
    end
end
function request()
    next = next % #people + 1
    return people[next]
end
