-- Lowers the report's own blocks (key box, annexes, exhibits, headings) to calls of gongwen.typ.
local annex = nil

local function inlines(list)
  return (pandoc.write(pandoc.Pandoc({ pandoc.Plain(list) }), "typst"):gsub("%s+$", ""))
end

local function blocks(list)
  return (pandoc.write(pandoc.Pandoc(list), "typst"):gsub("%s+$", ""))
end

local function text(value)
  return '"' .. value:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local function label(element)
  return element.identifier ~= "" and " <" .. element.identifier .. ">" or ""
end

local function keybox(div)
  local rows = {}
  div:walk({
    BulletList = function(list)
      for _, item in ipairs(list.content) do
        local cells = {}
        local row = blocks(item):gsub("｜", "\1")
        for cell in (row .. "\1"):gmatch("([^\1]*)\1") do
          table.insert(cells, "[" .. cell .. "]")
        end
        local number, label = cells[1], cells[2] or "[]"
        local remark = {}
        for i = 3, #cells do table.insert(remark, cells[i]) end
        table.insert(rows, "(" .. number .. ", " .. label .. ", " .. (#remark > 0 and table.concat(remark, " + [，] + ") or "[]") .. "),")
      end
    end,
  })
  return pandoc.RawBlock("typst", "#keybox((" .. table.concat(rows, "\n") .. "))")
end

local function columns(widths, count)
  local list = {}
  for width in widths:gmatch("[%d.]+") do table.insert(list, width) end
  if #list ~= count then
    list = {}
    for _ = 1, count do table.insert(list, "1") end
  end
  return "(" .. table.concat(list, ", ") .. ",)"
end

local ALIGN = { AlignLeft = "left", AlignRight = "right", AlignCenter = "center", AlignDefault = "left" }

local SEPARATOR = "\2"
local BREAK = pandoc.RawInline("typst", "#box();")
local NAME_KEPT_WHOLE = 16

-- File names and other long foreign words in a table may break behind their separators, short names not at "_".
local function breakable(word)
  if not word.text:find("%a%a%a[-/._]") then return nil end
  local parts, from, at = pandoc.List(), 1, 1
  while true do
    local _, to = word.text:find("%a%a%a[-/._]", at)
    if not to then break end
    at = to + 1
    local name = word.text:sub(1, to):match("[%w_]*$") .. word.text:match("^[%w_]*", to + 1)
    if word.text:sub(to, to) ~= "_" or #name > NAME_KEPT_WHOLE then
      parts:extend({ pandoc.Str(word.text:sub(from, to)), BREAK })
      from = at
    end
  end
  parts:insert(pandoc.Str(word.text:sub(from)))
  return parts
end

-- The rows of a whole table in one conversion: one for each cell takes most of the time of a report.
local function cells_of(rows)
  local all, out = pandoc.Blocks({}), {}
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      all:extend(cell.contents)
      table.insert(all, pandoc.RawBlock("typst", SEPARATOR))
    end
  end
  local written = blocks(all:walk({ Str = breakable })):gmatch("([^\2]*)\2")
  for _, row in ipairs(rows) do
    local list = {}
    for _ in ipairs(row.cells) do
      table.insert(list, "[" .. written():gsub("^%s+", ""):gsub("%s+$", "") .. "]")
    end
    table.insert(out, table.concat(list, ", ") .. ",")
  end
  return out
end

-- Header and body rows of a table.
local function head_and_rows(tbl)
  local all = {}
  if tbl.head.rows[1] then table.insert(all, tbl.head.rows[1]) end
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do table.insert(all, row) end
  end
  local rows = cells_of(all)
  local head = tbl.head.rows[1] and table.remove(rows, 1) or ""
  return head, table.concat(rows, "\n")
end

local function datatable(div)
  local out = nil
  div:walk({
    Table = function(tbl)
      local align = {}
      for _, spec in ipairs(tbl.colspecs) do table.insert(align, ALIGN[tostring(spec[1])] or "left") end
      local head, rows = head_and_rows(tbl)
      out = "#datatable(caption: " .. text(div.attributes.caption) .. ", note: " .. text(div.attributes.note or "")
        .. ", long: " .. (div.attributes.long or "false") .. ", columns: " .. columns(div.attributes.widths or "", #align)
        .. ", align: (" .. table.concat(align, ", ") .. ",), header: (" .. head .. "), rows: (" .. rows
        .. "))" .. label(div)
    end,
  })
  return pandoc.RawBlock("typst", out)
end

local function figure(div)
  local source = ""
  div:walk({ Image = function(image) source = image.src end })
  return pandoc.RawBlock("typst", "#exhibit(path: " .. text(source) .. ", caption: " .. text(div.attributes.caption)
    .. ", note: " .. text(div.attributes.note or "") .. ", alt: " .. text(div.attributes.alt) .. ")" .. label(div))
end

local function plain_table(tbl)
  local align, widths = {}, {}
  for _, spec in ipairs(tbl.colspecs) do
    table.insert(align, ALIGN[tostring(spec[1])] or "left")
    table.insert(widths, (spec[2] or 0) > 0 and tostring(math.floor(spec[2] * 100)) or "1")
  end
  local head, rows = head_and_rows(tbl)
  return pandoc.RawBlock("typst", '#datatable(caption: "", note: "", long: true, columns: (' .. table.concat(widths, ", ")
    .. ",), align: (" .. table.concat(align, ", ") .. ",), header: (" .. head .. "), rows: ("
    .. rows .. "))")
end

local function rule() return pandoc.RawBlock("typst", "#on-grid(line(length: 100%, stroke: 0.5pt))") end

return {
  { Span = function(span) return span.content end },
  {
    traverse = "topdown",
    Div = function(div)
      if div.classes:includes("keybox") then return keybox(div), false end
      if div.classes:includes("annexmark") then
        annex = pandoc.utils.stringify(div.content)
        return {}, false
      end
      if div.classes:includes("exhibit") then
        return (div.attributes.kind == "table" and datatable or figure)(div), false
      end
    end,
    HorizontalRule = rule,
    Table = function(tbl) return plain_table(tbl), false end,
    Header = function(header)
      local content = inlines(header.content)
      if header.level == 1 then
        local mark = annex or ""
        annex = nil
        return pandoc.RawBlock("typst", "#annex(" .. text(mark) .. ", " .. text(header.identifier) .. ", [" .. content .. "])"), false
      end
      return pandoc.RawBlock("typst", "#heading(level: " .. (header.level - 1) .. ")[" .. content .. "]" .. label(header)), false
    end,
  },
}
