// The scripts that `fairlead completion` prints. They know nothing of commands: they ask `fairlead __complete` at every tab.

export const BASH = `# bash completion of fairlead: source <(fairlead completion bash)
_fairlead() {
  local line=\${COMP_LINE:0:COMP_POINT} words word strip=0 directive out IFS
  IFS=$' \\t\\n' read -r -a words <<<"$line"
  # The word being typed, as the program sees it: bash itself also breaks words at = and :
  case $line in *[[:space:]]) words+=('') ;; esac
  word=\${words[\${#words[@]}-1]}
  out=$("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null) || return
  directive=\${out##*:}
  out=\${out%:*}
  if [[ $word == *=* && $COMP_WORDBREAKS == *=* ]]; then
    strip=\${word%"\${word##*=}"}
    strip=\${#strip}
  fi
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    [[ -n $word ]] && COMPREPLY+=("\${word:strip}")
  done <<<"$out"
  if ((\${#COMPREPLY[@]} == 0 && (directive & 4) == 0)); then
    compopt -o default 2>/dev/null
  fi
}
complete -F _fairlead fairlead
`;

export const ZSH = `#compdef fairlead
# zsh completion of fairlead: source <(fairlead completion zsh), or in a folder of $fpath as _fairlead
_fairlead() {
  local -a answer candidates
  local line directive
  answer=("\${(@f)$("\${words[1]}" __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  directive=\${answer[-1]#:}
  for line in "\${(@)answer[1,-2]}"; do
    [[ -n $line ]] || continue
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}\${\${line#\${line%%$'\\t'*}}/$'\\t'/:}")
  done
  if ((\${#candidates})); then
    _describe -V fairlead candidates
  elif ((!(directive & 4))); then
    _files
  fi
}
# Sourced it is made known here; found in $fpath it is called.
if [[ \${funcstack[1]} == _fairlead ]]; then
  _fairlead "$@"
else
  compdef _fairlead fairlead
fi
`;

export const KUBECTL = `#!/bin/sh
# Completion of "kubectl fairlead": kubectl runs this at every tab if it is in PATH as kubectl_complete-fairlead.
exec kubectl-fairlead __complete "$@"
`;
