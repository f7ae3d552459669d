-- A script of wrk: every connection rests so many milliseconds before each request.
local pause = 0
function init(arguments) pause = tonumber(arguments[1]) end
function delay() return pause end
