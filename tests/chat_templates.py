"""Chat templates in the formats of the families, written for the tests: each has the habits that matter here."""

# Looks for the last question, cuts thinking out of earlier turns, can leave a closed thinking.
QWEN3 = """\
{%- if messages[0].role == 'system' %}{{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}{%- endif %}
{%- for message in messages %}
{%- if message.role == 'user' or (message.role == 'system' and not loop.first) %}
{%- if message.content.startswith('<tool_response>') %}{{- raise_exception('a tool answered') }}{%- endif %}
{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- elif message.role == 'assistant' %}
{%- set content = message.content %}
{%- if '</think>' in content %}{%- set content = content.split('</think>')[-1].lstrip('\\n') %}{%- endif %}
{{- '<|im_start|>assistant\\n' + content + '<|im_end|>\\n' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n' }}
{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}
{%- endif %}"""

# Opens the thinking itself.
DEEPSEEK = """\
{%- set found = namespace(system='') %}
{%- for message in messages %}
{%- if message.role == 'system' %}{%- set found.system = message.content %}{%- endif %}{%- endfor %}
{{- bos_token + found.system }}
{%- for message in messages %}
{%- if message.role == 'user' %}{{- '<｜User｜>' + message.content }}{%- endif %}
{%- if message.role == 'assistant' %}
{%- set content = message.content %}
{%- if '</think>' in content %}{%- set content = content.split('</think>')[-1] %}{%- endif %}
{{- '<｜Assistant｜>' + content + '<｜end▁of▁sentence｜>' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<｜Assistant｜><think>\\n' }}{%- endif %}"""

# A system message of its own; the user's system text moves to the developer.
HARMONY = """\
{{- '<|start|>system<|message|>You are a careful model.\\n\\nReasoning: ' + (reasoning_effort or 'medium') + '\\n\\n' }}
{{- '# Valid channels: analysis, commentary, final.<|end|>' }}
{%- for message in messages %}
{%- if message.role in ('system', 'developer') %}
{{- '<|start|>developer<|message|># Instructions\\n\\n' + message.content + '\\n\\n<|end|>' }}
{%- elif message.role == 'user' %}
{{- '<|start|>user<|message|>' + message.content + '<|end|>' }}
{%- elif message.role == 'assistant' %}
{%- if '<|channel|>analysis<|message|>' in message.content %}{{- raise_exception('thinking') }}{%- endif %}
{{- '<|start|>assistant<|channel|>final<|message|>' + message.content + '<|end|>' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start|>assistant' }}{%- endif %}"""

# Trims every content, puts the system text into the first question, insists on the order of roles.
LLAMA2 = """\
{%- set offset = 1 if messages[0].role == 'system' else 0 %}
{%- for message in messages[offset:] %}
{%- if (message.role == 'user') != (loop.index0 % 2 == 0) %}{{- raise_exception('roles must alternate') }}{%- endif %}
{%- if message.role == 'user' %}
{%- set system = '<<SYS>>\\n' + messages[0].content + '\\n<</SYS>>\\n\\n' if loop.first and offset else '' %}
{{- bos_token + '[INST] ' + (system + message.content) | trim + ' [/INST]' }}
{%- else %}{{- ' ' + message.content | trim + ' ' + eos_token }}{%- endif %}
{%- endfor %}"""

# Renames the assistant, trims, refuses the system.
GEMMA = """\
{{- bos_token }}
{%- for message in messages %}
{%- if message.role == 'system' %}{{- raise_exception('System role not supported') }}{%- endif %}
{%- set role = 'model' if message.role == 'assistant' else message.role %}
{{- '<start_of_turn>' + role + '\\n' + message.content | trim + '<end_of_turn>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<start_of_turn>model\\n' }}{%- endif %}"""

# Writes every role as it comes.
SMOLLM2 = """\
{%- for message in messages %}
{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"""
