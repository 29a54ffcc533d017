-- The cells of the notebook, as Quarto hands them over, as the report's own exhibits. For Typst each becomes the block
-- that typst.lua knows, numbered here as in the product; elsewhere Quarto makes the figure, and the note follows it.
local NAMES = { figure = "图", table = "表" }
local counts = { figure = 0, table = 0 }

local function first(div, kind)
  local found
  div:walk({ [kind] = function(one) found = found or one end })
  return found
end

-- Quarto knows tables by "tbl-", we by "tab-".
local function own(name)
  return (name:gsub("^(#?)tbl%-", "%1tab-"))
end

-- Identifier, title and description of a figure, which pandoc keeps with the figure or with its image.
local function figure(div, image)
  local around = first(div, "Figure")
  local holder = around and around.identifier ~= "" and around or image
  local title = around and around.caption.long or image.caption
  local alt = image.attributes["fig-alt"] or (around and around.attributes["fig-alt"])
  return holder.identifier, pandoc.utils.stringify(title), alt or ""
end

local function exhibit(div, image, tbl)
  local kind = image and "figure" or "table"
  local name, title, alt = div.identifier, div.attributes["tbl-cap"] or "", ""
  if image then name, title, alt = figure(div, image) end
  counts[kind] = counts[kind] + 1
  return pandoc.Div({ image and pandoc.Para({ image }) or tbl }, pandoc.Attr(own(name), { "exhibit" }, {
    kind = kind,
    caption = NAMES[kind] .. counts[kind] .. "　" .. title,
    note = div.attributes.note or "",
    alt = alt,
    widths = div.attributes.widths or "",
    long = div.attributes.long or "false",
  }))
end

local function with_note(div)
  local note = div.attributes.note or ""
  for _, ours in ipairs({ "note", "widths", "long" }) do div.attributes[ours] = nil end
  if note == "" then return div end
  return { div, pandoc.Div({ pandoc.Para(note) }, pandoc.Attr("", { "note" })) }
end

return {
  {
    traverse = "topdown",
    Div = function(div)
      if not div.classes:includes("cell") then return nil end
      local image, tbl = first(div, "Image"), first(div, "Table")
      if not image and not tbl then return {}, false end
      if quarto.doc.is_format("typst") then return exhibit(div, image, tbl), false end
      return with_note(div), false
    end,
    Link = function(link)
      if quarto.doc.is_format("typst") then link.target = own(link.target) end
      return link
    end,
  },
}
