-- Lowers the report to one call of flow() in gongwen.typ: a list of paragraphs, headings, figures, tables and annexes.
local SEPARATOR = "\2"
local DITTO = "〃"

local function text(value)
  return '"' .. value:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local function blocks(list)
  return (pandoc.write(pandoc.Pandoc(list), "typst"):gsub("%s+$", ""))
end

-- Many small texts in one conversion: one for each takes most of the time of a report.
local function all_written(lists)
  local all = pandoc.Blocks({})
  for _, list in ipairs(lists) do
    all:extend(list)
    table.insert(all, pandoc.RawBlock("typst", SEPARATOR))
  end
  local out = {}
  for part in blocks(all):gmatch("([^\2]*)\2") do
    table.insert(out, (part:gsub("^%s+", ""):gsub("%s+$", "")))
  end
  return out
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
  return "keybox((" .. table.concat(rows, "\n") .. "))"
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
local BREAK = pandoc.RawInline("typst", "#box();")
local NAME_KEPT_WHOLE = 16

-- File names and other long foreign words in a table may break behind their separators, short names not at "_".
local SEPARATED = "%a%a%a[-/._]"

local function breakable(word)
  if not word.text:find(SEPARATED) then return nil end
  local parts, from, at = pandoc.List(), 1, 1
  while true do
    local _, to = word.text:find(SEPARATED, at)
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

-- Numbers with units and dates, which may not be broken in a cell: the longest run of such signs with a digit in it.
local KEPT = {}
for _, code in utf8.codes("0123456789.,%‰㎡年月日底末初前约近第超过个家人元万亿所名岁百分点次（）") do KEPT[code] = true end

local function longest_whole(words, known)
  local best, run, digits = known, {}, false
  local function finish()
    local length = #run
    if digits and length > (utf8.len(best) or 0) then best = utf8.char(table.unpack(run)) end
    run, digits = {}, false
  end
  for _, code in utf8.codes(words) do
    if code == 0xFF08 or not KEPT[code] then finish() end
    if KEPT[code] then
      table.insert(run, code)
      digits = digits or (code >= 48 and code <= 57)
    end
    if code == 0xFF09 then finish() end
  end
  finish()
  return best
end

-- The rows of a table as Typst arrays; a cell that repeats the one above (in the first column, or by a ditto mark)
-- is none, and is merged with it.
local function rows_of(rows)
  local lists, words = {}, {}
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      local contents = cell.contents
      local said = pandoc.utils.stringify(contents)
      -- most have no such word, and to walk through all takes longer than to ask
      table.insert(lists, said:find(SEPARATED) and contents:walk({ Str = breakable }) or contents)
      table.insert(words, said)
    end
  end
  local written = all_written(lists)
  local out, at = {}, 0
  local above, wholes = {}, {}
  for _, row in ipairs(rows) do
    local list = {}
    for column in ipairs(row.cells) do
      at = at + 1
      wholes[column] = longest_whole(words[at], wholes[column] or "")
      local same = words[at] == DITTO or (column == 1 and words[at] ~= "" and words[at] == above[1])
      if same and above[column] then
        table.insert(list, "none")
      else
        above[column] = words[at]
        table.insert(list, "[" .. written[at] .. "]")
      end
    end
    table.insert(out, "(" .. table.concat(list, ", ") .. ",),")
  end
  for column, whole in ipairs(wholes) do wholes[column] = text(whole) end
  return table.concat(out, "\n"), table.concat(wholes, ", ") .. ","
end

-- A head with what stands in brackets held together, and its pieces between which it may be broken.
local function head_of(row)
  local cells, pieces = {}, {}
  for _, cell in ipairs(row and row.cells or {}) do
    local words = pandoc.utils.stringify(cell.contents)
    local parts, boxes = {}, {}
    for before, bracket in (words .. "（）"):gmatch("(.-)（(.-)）") do
      if before ~= "" then
        table.insert(boxes, "#" .. text(before) .. ";")
        table.insert(parts, text(#before > 12 and before:sub(1, 12) or before))
      end
      if bracket ~= "" then
        table.insert(boxes, "#box(" .. text("（" .. bracket .. "）") .. ");")
        table.insert(parts, text("（" .. bracket .. "）"))
      end
    end
    table.insert(cells, "[" .. table.concat(boxes) .. "]")
    table.insert(pieces, "(" .. (#parts > 0 and table.concat(parts, ", ") or '""') .. ",)")
  end
  return table.concat(cells, ", ") .. ",", table.concat(pieces, ", ") .. ","
end

local function datatable(tbl, about)
  local align = {}
  for _, spec in ipairs(tbl.colspecs) do table.insert(align, ALIGN[tostring(spec[1])] or "left") end
  local rows = {}
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do table.insert(rows, row) end
  end
  local head, pieces = head_of(tbl.head.rows[1])
  local written, wholes = rows_of(rows)
  return "datatable(name: " .. text(about.name) .. ", caption: " .. text(about.caption) .. ", note: " .. text(about.note)
    .. ", long: " .. about.long .. ", columns: " .. columns(about.widths, #align)
    .. ", align: (" .. table.concat(align, ", ") .. ",), header: (" .. head .. "), heads: (" .. pieces
    .. "), wholes: (" .. wholes .. "), rows: (" .. written .. "))"
end

local function exhibit(div)
  local about = div.attributes
  local made = nil
  if about.kind == "table" then
    div:walk({
      Table = function(tbl)
        made = datatable(tbl, {
          name = div.identifier, caption = about.caption, note = about.note or "",
          long = about.long or "false", widths = about.widths or "",
        })
      end,
    })
    return made
  end
  div:walk({ Image = function(image) made = image.src end })
  return "exhibit(name: " .. text(div.identifier) .. ", path: " .. text(made) .. ", caption: " .. text(about.caption)
    .. ", note: " .. text(about.note or "") .. ", alt: " .. text(about.alt) .. ")"
end

local function plain_table(tbl)
  local widths = {}
  for _, spec in ipairs(tbl.colspecs) do
    table.insert(widths, (spec[2] or 0) > 0 and tostring(math.floor(spec[2] * 100)) or "1")
  end
  return datatable(tbl, { name = "", caption = "", note = "", long = "true", widths = table.concat(widths, ",") })
end

-- A stop behind bold words or a link stands outside them, as other readers need it; here it is taken in, lest it be
-- parted from the number before it. Spans carry what the page alone needs: their content stands for them.
local CLOSING = { "，", "。", "、", "；", "：", "？", "！", "）", "》", "”", "’", "〕" }
local WITH_ITS_MARK = { Strong = true, Link = true }

local function with_its_mark(list)
  local inlines = pandoc.Inlines({})
  for _, one in ipairs(list) do
    if one.t == "Span" then inlines:extend(one.content) else inlines:insert(one) end
  end
  for i = 1, #inlines - 1 do
    local held, after = inlines[i], inlines[i + 1]
    if WITH_ITS_MARK[held.t] and after.t == "Str" then
      for _, mark in ipairs(CLOSING) do
        if after.text:sub(1, #mark) == mark then
          held.content:insert(pandoc.Str(mark))
          after.text = after.text:sub(#mark + 1)
          break
        end
      end
    end
  end
  return inlines
end

-- "1." and a bold sentence at the start of a paragraph are a heading of the third level.
local function lead_in(content)
  local strong
  local ordinal = ""
  for i, one in ipairs(content) do
    if one.t == "Strong" then strong = i break end
    if one.t ~= "Str" and one.t ~= "Space" then return nil end
    ordinal = ordinal .. pandoc.utils.stringify(one)
  end
  if not strong or not ordinal:match("^%d+%.%s*$") then return nil end
  local before, after = pandoc.List(), pandoc.List()
  for i, one in ipairs(content) do (i <= strong and before or after):insert(one) end
  return before, after
end

local function is_annex(block)
  return block.t == "Div" and block.classes:includes("annexmark")
end

-- What stands between the calls, to be written in one conversion, and the calls with a place for each.
function Pandoc(document)
  local texts, calls, names = {}, {}, {}
  local annex, in_annex, closed = nil, false, false
  local level = 1

  local function written(list)
    table.insert(texts, list)
    return "\3"
  end

  local function close()
    if not closed then table.insert(calls, "\4") end
    closed = true
  end

  for _, block in ipairs(document:walk({ Inlines = with_its_mark }).blocks) do
    local made
    if block.t == "Div" and block.classes:includes("piece") then
      made = nil -- between two parts: for the page alone
    elseif is_annex(block) then
      close()
      annex, in_annex = pandoc.utils.stringify(block.content), true
    elseif block.t == "Header" and block.level == 1 then
      close()
      local title = pandoc.utils.stringify(block.content)
      table.insert(names, text(title))
      made = "annex(" .. text(annex or "") .. ", " .. text(block.identifier) .. ", " .. text(title) .. ")"
      annex, level = nil, 1
    elseif block.t == "Header" then
      local rank = math.min(block.level - 1, 3)
      level = rank + (in_annex and 1 or 0)
      made = "section(" .. level .. ", " .. rank .. ", " .. text(block.identifier) .. ", [" .. written({ pandoc.Plain(block.content) }) .. "])"
    elseif block.t == "Div" and block.classes:includes("keybox") then
      made = keybox(block)
    elseif block.t == "Div" and block.classes:includes("exhibit") then
      made = exhibit(block)
    elseif block.t == "Table" then
      made = plain_table(block)
    elseif block.t == "HorizontalRule" then
      made = "piece(on-grid(line(length: 100%, stroke: 0.5pt)))"
    elseif block.t == "Para" or block.t == "Plain" then
      local before, after = lead_in(block.content)
      if before then
        made = "para[#lead-in(" .. math.min(level + 1, 6) .. ")[" .. written({ pandoc.Plain(before) }) .. "]" .. written({ pandoc.Plain(after) }) .. "]"
      else
        made = "para[" .. written({ pandoc.Plain(block.content) }) .. "]"
      end
    else
      made = "piece[" .. written({ block }) .. "]"
    end
    if made then table.insert(calls, made) end
  end
  close()
  local parts, at = all_written(texts), 0
  local source = table.concat(calls, ",\n"):gsub("\3", function()
    at = at + 1
    return parts[at]
  end)
  source = source:gsub("\4", function() return "closing(" .. table.concat(names, ", ") .. ")" end)
  return pandoc.Pandoc({ pandoc.RawBlock("typst", "#flow(\n" .. source .. ",\n)") }, document.meta)
end

return { { Pandoc = Pandoc } }
