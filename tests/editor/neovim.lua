-- Attaches the server to a file as docs/editors.md has it for Neovim 0.7, and writes what Neovim shows as JSON.
local function attach()
  local id = vim.lsp.start_client({
    name = "judge",
    cmd = vim.split(vim.env.JUDGE_COMMAND, " "),
    root_dir = vim.env.JUDGE_ROOT,
  })
  vim.lsp.buf_attach_client(0, id)
end

local function wait_for(condition)
  return vim.wait(120000, condition, 50)
end

local function diagnostics()
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, { code = one.code or one.user_data.lsp.code, line = one.lnum, column = one.col,
      end_column = one.end_col, severity = one.severity, source = one.source, message = one.message })
  end
  return found
end

local function hover()
  local params = vim.lsp.util.make_position_params()
  local answers = vim.lsp.buf_request_sync(0, "textDocument/hover", params, 10000)
  for _, answer in pairs(answers or {}) do
    return answer.result and answer.result.contents.value or ""
  end
end

vim.cmd("edit " .. vim.env.JUDGE_FILE)
attach()
local told = {}
wait_for(function() return #vim.diagnostic.get(0) > 0 end)
told.opened = diagnostics()
vim.api.nvim_win_set_cursor(0, { told.opened[1].line + 1, 8 })
told.hover = hover()
vim.cmd("silent " .. vim.env.JUDGE_EDIT)
vim.cmd("silent write")
told.gone = wait_for(function() return #vim.diagnostic.get(0) == 0 end)
vim.fn.writefile({ vim.fn.json_encode(told) }, vim.env.JUDGE_TOLD)
vim.cmd("qall!")
