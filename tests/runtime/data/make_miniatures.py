#!/usr/bin/env python3
"""Makes the miniatures: one tiny model with random weights per family, and what transformers computes with it in fp32.

  make_miniatures.py OUT      writes OUT/<name>/{config.json, model*.safetensors*, expected.json}

expected.json: {"transformers", "prompt": ids, "logits": every position's logits of the prompt, "greedy": ids}.
The weights are drawn with fixed seeds, larger than an initialisation would draw them, so that every part of the model
moves the logits by far more than the tolerance of the test. Needs: torch, transformers 5.
"""
import json, os, shutil, sys
import torch, transformers
from transformers import (LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM,
                          Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM)

COMMON = dict(vocab_size=97, intermediate_size=80, bos_token_id=None, eos_token_id=None, pad_token_id=None)

MINIATURES = {
    # Llama 3 scaling, separate embeddings, fp16, grouped heads, biases everywhere; hidden_size is no multiple of 16.
    "llama": (LlamaForCausalLM, LlamaConfig(
        **COMMON, hidden_size=40, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=12,
        max_position_embeddings=256, tie_word_embeddings=False, attention_bias=True, mlp_bias=True,
        rope_parameters={"rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0, "low_freq_factor": 1.5,
                         "high_freq_factor": 4.0, "original_max_position_embeddings": 32}), torch.float16, None),
    # A window shorter than the prompt, fp32 in shards, linear scaling.
    "mistral": (MistralForCausalLM, MistralConfig(
        **COMMON, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, sliding_window=9,
        max_position_embeddings=128, tie_word_embeddings=False,
        rope_parameters={"rope_type": "linear", "rope_theta": 5000.0, "factor": 2.0}), torch.float32, "70KB"),
    # Biases of q, k, v, tied embeddings, a window from the second layer on, bf16.
    "qwen2": (Qwen2ForCausalLM, Qwen2Config(
        **COMMON, hidden_size=40, num_hidden_layers=3, num_attention_heads=5, num_key_value_heads=1,
        use_sliding_window=True, sliding_window=11, max_window_layers=1, max_position_embeddings=128,
        tie_word_embeddings=True, rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}), torch.bfloat16, None),
    # Norms of q and k, heads wider than hidden_size / heads, bf16.
    "qwen3": (Qwen3ForCausalLM, Qwen3Config(
        **COMMON, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=1, head_dim=24,
        max_position_embeddings=128, tie_word_embeddings=False,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}), torch.bfloat16, None),
}


def draw_weights(model):
    for name, parameter in model.named_parameters():
        if name.endswith("norm.weight"):
            parameter.copy_(1.0 + 0.3 * torch.randn_like(parameter))
        elif name.endswith(".bias"):
            parameter.copy_(0.5 * torch.randn_like(parameter))
        else:
            parameter.copy_(torch.randn_like(parameter) * (1.0 if "embed" in name else 1.5 / parameter.shape[-1] ** 0.5))


def make(name, seed, folder):
    """Writes one miniature; returns the smallest gap between the two best tokens while decoding greedily."""
    kind, config, dtype, shard = MINIATURES[name]
    torch.manual_seed(seed)
    model = kind(config).eval()
    draw_weights(model)
    model = model.to(dtype)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, max_shard_size=shard or "1GB")
    os.remove(os.path.join(folder, "generation_config.json"))
    # The stored weights, computed with in fp32; reading them again keeps the rotary frequencies exact.
    model = kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    prompt = torch.randint(0, config.vocab_size, (1, 37))
    logits = model(prompt).logits[0]
    tokens, gap = prompt, float("inf")
    while tokens.shape[1] < prompt.shape[1] + 24:
        last = model(tokens).logits[0, -1]
        top = last.topk(2).values
        gap = min(gap, float(top[0] - top[1]))
        tokens = torch.cat([tokens, last.argmax().reshape(1, 1)], dim=1)
    expected = {"transformers": transformers.__version__, "prompt": prompt[0].tolist(),
                "logits": [[round(v, 5) for v in row] for row in logits.tolist()], "greedy": tokens[0, prompt.shape[1]:].tolist()}
    with open(os.path.join(folder, "expected.json"), "w", encoding="ascii") as file:
        json.dump(expected, file, separators=(",", ":"))
        file.write("\n")
    for file in os.listdir(folder):
        os.chmod(os.path.join(folder, file), 0o644)
    print(name, "seed", seed, sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder)), "bytes; smallest gap", gap)
    return gap


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    for name in MINIATURES:
        seed = 1000
        while make(name, seed, os.path.join(sys.argv[1], name)) < 0.02:  # rounding must not decide a greedy token
            seed += 1


if __name__ == "__main__":
    main()
