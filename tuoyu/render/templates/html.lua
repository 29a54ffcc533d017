-- Gives the report's own blocks (key box, annexes, exhibits) their HTML form.
local annex = nil

local function raw(text) return pandoc.RawBlock("html", text) end

local function escape(text)
  return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"):gsub('"', "&quot;"))
end

-- Unwrapped: else a line may be broken within a tag, and the page would not know its own numbers.
local UNWRAPPED = pandoc.WriterOptions({ wrap_text = "wrap-none" })

local function render(list)
  return (pandoc.write(pandoc.Pandoc(list), "html5", UNWRAPPED))
end

local SEPARATOR = "\2"

-- The cells of a whole table in one conversion: one for each cell takes most of the time of a page.
local function contents(rows)
  local all = {}
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      for _, block in ipairs(cell.contents) do table.insert(all, block) end
      table.insert(all, raw(SEPARATOR))
    end
  end
  local parts = {}
  for part in render(all):gmatch("([^\2]*)\2") do
    table.insert(parts, (part:gsub("^%s+", ""):gsub("%s+$", ""):gsub("^<p>", ""):gsub("</p>$", "")))
  end
  local next_part = 0
  return function()
    next_part = next_part + 1
    return parts[next_part]
  end
end

local function keybox(div)
  local rows = {}
  div:walk({
    BulletList = function(list)
      for _, item in ipairs(list.content) do
        local parts = {}
        local row = render(item):gsub("^<p>", ""):gsub("</p>%s*$", ""):gsub("｜", "\1")
        for part in (row .. "\1"):gmatch("([^\1]*)\1") do table.insert(parts, part) end
        local remark = table.concat(parts, "，", 3)
        table.insert(rows, '<div class="key"><dt>' .. (parts[2] or "") .. "</dt><dd class=\"value\">" .. parts[1]
          .. '</dd><dd class="remark">' .. remark .. "</dd></div>")
      end
    end,
  })
  return raw('<section class="keybox" aria-label="要点"><p class="keytitle">要点</p><dl>' .. table.concat(rows, "\n") .. "</dl></section>")
end

-- Column widths in per cent; none where the table does not ask for any.
local function colgroup(widths, count)
  local list, total = {}, 0
  for width in (widths or ""):gmatch("[%d.]+") do
    table.insert(list, tonumber(width))
    total = total + tonumber(width)
  end
  if #list ~= count or total == 0 then return "" end
  local out = {}
  for _, width in ipairs(list) do table.insert(out, string.format('<col style="width:%.1f%%">', 100 * width / total)) end
  return "<colgroup>" .. table.concat(out) .. "</colgroup>"
end

local DITTO = "〃"

-- Where a cell repeats the one above (in the first column, or by a ditto mark) the two are one: the rows that each spans,
-- 0 for a cell that is part of the one above.
local function spans(rows, count)
  local out = {}
  for i = 1, #rows do out[i] = {} end
  for column = 1, count do
    local start, words = nil, nil
    for i, row in ipairs(rows) do
      local here = pandoc.utils.stringify(row.cells[column].contents)
      if start and (here == DITTO or (column == 1 and here ~= "" and here == words)) then
        out[start][column] = out[start][column] + 1
        out[i][column] = 0
      else
        start, words = i, here
        out[i][column] = 1
      end
    end
  end
  return out
end

local function table_html(tbl, caption, widths)
  local out = { '<table style="--columns:' .. #tbl.colspecs .. '">' }
  if caption ~= "" then table.insert(out, "<caption>" .. escape(caption) .. "</caption>") end
  table.insert(out, colgroup(widths, #tbl.colspecs))
  local function align(i)
    local kind = tostring(tbl.colspecs[i][1])
    return kind == "AlignRight" and ' class="right"' or kind == "AlignCenter" and ' class="center"' or ""
  end
  local body = tbl.bodies[1].body
  local rows = { tbl.head.rows[1] }
  for _, row in ipairs(body) do table.insert(rows, row) end
  local inner = contents(rows)
  table.insert(out, "<thead><tr>")
  for _ in ipairs(tbl.head.rows[1].cells) do table.insert(out, '<th scope="col">' .. inner() .. "</th>") end
  table.insert(out, "</tr></thead><tbody>")
  local spanned = spans(body, #tbl.colspecs)
  for at, row in ipairs(body) do
    table.insert(out, "<tr>")
    for i in ipairs(row.cells) do
      local content, count = inner(), spanned[at][i]
      local over = count > 1 and ' rowspan="' .. count .. '"' or ""
      if count > 0 then table.insert(out, "<td" .. align(i) .. over .. ">" .. content .. "</td>") end
    end
    table.insert(out, "</tr>")
  end
  table.insert(out, "</tbody></table>")
  return table.concat(out, "\n")
end

local function wrapped(content, label)
  return '<div class="scroll" tabindex="0" role="region" aria-label="' .. escape(label) .. '">' .. content .. "</div>"
end

local function exhibit(div)
  local note = div.attributes.note or ""
  local foot = note ~= "" and '<p class="note">' .. escape(note) .. "</p>" or ""
  local caption = div.attributes.caption
  if div.attributes.kind == "table" then
    local content = ""
    div:walk({ Table = function(tbl) content = table_html(tbl, caption, div.attributes.widths) end })
    return raw('<div class="exhibit" id="' .. div.identifier .. '">' .. wrapped(content, caption) .. foot .. "</div>")
  end
  local source = ""
  div:walk({ Image = function(image) source = image.src end })
  return raw('<figure class="exhibit" id="' .. div.identifier .. '"><div class="drawing"><img src="' .. source .. '" /></div><figcaption>'
    .. escape(caption) .. "</figcaption>" .. foot .. "<!-- " .. div.identifier .. " --></figure>")
end

-- A carrier of lineage (number, document, evidence) as the page looks for it.
local CARRIERS = { "fact", "policy", "evidence" }

local function carrier(span)
  for _, name in ipairs(CARRIERS) do
    if span.classes:includes(name) then
      return pandoc.RawInline("html", '<span class="' .. name .. '" data-id="' .. escape(span.attributes["data-id"] or "") .. '">'
        .. escape(pandoc.utils.stringify(span.content)) .. "</span>"), false
    end
  end
end

local in_annex = false

return {
  {
    traverse = "topdown",
    Div = function(div)
      if div.classes:includes("piece") then
        in_annex = div.classes:includes("annexed")
        return raw("<!-- piece -->"), false
      end
      if div.classes:includes("keybox") then return keybox(div), false end
      if div.classes:includes("annexmark") then
        annex = pandoc.utils.stringify(div.content)
        return {}, false
      end
      if div.classes:includes("exhibit") then return exhibit(div), false end
    end,
    Table = function(tbl) return raw(wrapped(table_html(tbl, ""), "表格")), false end,
    -- The page's title is its only h1: annexes stand beside the chapters, and their own chapters one below.
    Header = function(header)
      if header.level == 1 and annex then
        local text = '<h2 id="' .. header.identifier .. '" class="annex"><span class="mark">' .. escape(annex) .. "</span>　"
          .. escape(pandoc.utils.stringify(header.content)) .. "</h2>"
        annex = nil
        return raw(text), false
      end
      local level = math.max(header.level, 2) + (in_annex and header.level > 1 and 1 or 0)
      -- nothing but the id: an attribute typed after a heading must not reach the page
      return pandoc.Header(level, header.content, pandoc.Attr(header.identifier))
    end,
    Span = carrier,
  },
}
