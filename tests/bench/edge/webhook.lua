-- The edge's job in Lua, as one would write it with lua-nginx-module: check the signature, XADD, answer 200.
local ffi = require "ffi"
local redis = require "redis"

ffi.cdef [[
const void *EVP_sha256(void);
unsigned char *HMAC(const void *md, const void *key, int key_size, const unsigned char *data, size_t size,
                    unsigned char *mac, unsigned int *mac_size);
int CRYPTO_memcmp(const void *a, const void *b, size_t size);
unsigned char *ngx_hex_dump(unsigned char *out, const unsigned char *in, size_t size);
]]

local sha256 = ffi.C.EVP_sha256()
local mac = ffi.new("unsigned char[32]")
local mac_hex = ffi.new("unsigned char[64]")

local past_tolerance, future_tolerance = 25 * 3600, 300

local function is_signed(key, t, v1, body)
    local signed = t .. "." .. body
    ffi.C.HMAC(sha256, key, #key, signed, #signed, mac, nil)
    ffi.C.ngx_hex_dump(mac_hex, mac, 32)
    return #v1 == 64 and ffi.C.CRYPTO_memcmp(mac_hex, v1, 64) == 0
end

local function read_body()
    ngx.req.read_body()
    local body = ngx.req.get_body_data()
    if body then return body end
    local path = ngx.req.get_body_file()
    if not path then return "" end
    local file = assert(io.open(path, "rb"))
    body = file:read("*a")
    file:close()
    return body
end

local function answer(status, text)
    ngx.status = status
    ngx.header["Content-Type"] = "text/plain"
    ngx.header["Content-Length"] = #text
    ngx.print(text)
end

local M = {}

-- settings: {key_file, redis (unix:<path>), stream}
function M.set_up(settings)
    local file = assert(io.open(settings.key_file))
    M.key = file:read("*l")
    file:close()
    M.redis, M.stream = settings.redis, settings.stream
end

function M.handle()
    if ngx.req.get_method() ~= "POST" then return answer(405, "Method Not Allowed") end
    local header = ngx.var.http_calendly_webhook_signature
    local t, v1 = string.match(header or "", "^t=(%d+),v1=(%x+)$")
    if not t then return answer(401, "Unauthorized") end
    local age = ngx.time() - tonumber(t)
    if age > past_tolerance or age < -future_tolerance then return answer(401, "Unauthorized") end
    local body = read_body()
    if not is_signed(M.key, t, v1, body) then return answer(401, "Unauthorized") end
    local received_ms = string.format("%d", ngx.now() * 1000)
    local id, problem = redis.command(M.redis, "XADD", M.stream, "*", "t", t, "received_ms", received_ms,
                                      "key", "0", "body", body)
    if id then return answer(200, "OK") end
    ngx.log(ngx.ERR, "Redis: ", problem)
    return answer(503, "Service Unavailable")
end

return M
