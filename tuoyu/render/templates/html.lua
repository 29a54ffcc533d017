-- Gives the report's own blocks (key box, annexes, exhibits) their HTML form.
local annex = nil

local function raw(text) return pandoc.RawBlock("html", text) end

local function escape(text)
  return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"):gsub('"', "&quot;"))
end

local function render(list)
  return (pandoc.write(pandoc.Pandoc(list), "html5"))
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

local function table_html(tbl, caption, widths)
  local out = { '<table style="--columns:' .. #tbl.colspecs .. '">' }
  if caption ~= "" then table.insert(out, "<caption>" .. escape(caption) .. "</caption>") end
  table.insert(out, colgroup(widths, #tbl.colspecs))
  local function align(i)
    local kind = tostring(tbl.colspecs[i][1])
    return kind == "AlignRight" and ' class="right"' or kind == "AlignCenter" and ' class="center"' or ""
  end
  local rows = { tbl.head.rows[1] }
  for _, row in ipairs(tbl.bodies[1].body) do table.insert(rows, row) end
  local inner = contents(rows)
  table.insert(out, "<thead><tr>")
  for _ in ipairs(tbl.head.rows[1].cells) do table.insert(out, '<th scope="col">' .. inner() .. "</th>") end
  table.insert(out, "</tr></thead><tbody>")
  for _, row in ipairs(tbl.bodies[1].body) do
    table.insert(out, "<tr>")
    for i in ipairs(row.cells) do table.insert(out, "<td" .. align(i) .. ">" .. inner() .. "</td>") end
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
  return raw('<figure class="exhibit" id="' .. div.identifier .. '"><img src="' .. source .. '" /><figcaption>'
    .. escape(caption) .. "</figcaption>" .. foot .. "</figure>")
end

return {
  {
    traverse = "topdown",
    Div = function(div)
      if div.classes:includes("keybox") then return keybox(div), false end
      if div.classes:includes("annexmark") then
        annex = pandoc.utils.stringify(div.content)
        return {}, false
      end
      if div.classes:includes("exhibit") then return exhibit(div), false end
    end,
    Table = function(tbl) return raw(wrapped(table_html(tbl, ""), "表格")), false end,
    Header = function(header)
      if header.level == 1 and annex then
        local text = '<h1 id="' .. header.identifier .. '" class="annex"><span class="mark">' .. escape(annex) .. "</span>　"
          .. escape(pandoc.utils.stringify(header.content)) .. "</h1>"
        annex = nil
        return raw(text), false
      end
      -- nothing but the id: an attribute typed after a heading must not reach the page
      return pandoc.Header(header.level, header.content, pandoc.Attr(header.identifier))
    end,
    Span = function(span)
      if span.classes:includes("fact") then
        return pandoc.RawInline("html", '<span class="fact" data-id="' .. escape(span.attributes["data-id"] or "") .. '">'
          .. escape(pandoc.utils.stringify(span.content)) .. "</span>"), false
      end
    end,
  },
}
