-- One command on a pooled cosocket, as resty.redis does it (which Debian does not have).
local M = {}

local idle_ms, pool_size = 60000, 256

local function encode(...)
    local count = select("#", ...)
    local parts = { "*", count, "\r\n" }
    for i = 1, count do
        local text = select(i, ...)
        local n = #parts
        parts[n + 1], parts[n + 2], parts[n + 3] = "$", #text, "\r\n"
        parts[n + 4], parts[n + 5] = text, "\r\n"
    end
    return parts
end

-- A simple or a bulk string, or nil and what Redis or the socket complained of.
local function read_reply(socket)
    local line, problem = socket:receive()
    if not line then return nil, problem end
    local kind, rest = line:sub(1, 1), line:sub(2)
    if kind == "+" then return rest end
    if kind ~= "$" then return nil, rest end
    local text
    text, problem = socket:receive(tonumber(rest))
    if not text then return nil, problem end
    local _, end_problem = socket:receive(2)
    return not end_problem and text or nil, end_problem
end

function M.command(address, ...)
    local socket = ngx.socket.tcp()
    socket:settimeouts(1000, 5000, 5000)
    local ok, problem = socket:connect(address)
    if not ok then return nil, problem end
    ok, problem = socket:send(encode(...))
    if not ok then return nil, problem end
    local reply
    reply, problem = read_reply(socket)
    if not reply then return nil, problem end
    socket:setkeepalive(idle_ms, pool_size)
    return reply
end

return M
