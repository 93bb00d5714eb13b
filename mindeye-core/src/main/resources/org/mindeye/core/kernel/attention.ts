  # softmax(q k^T / sqrt(width)) v without materialising the scores; q, k, v: [batch, heads, tokens, width].
  def attend(self: __torch__.K, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return torch.scaled_dot_product_attention(q, k, v, None, 0., False, scale=None, enable_gqa=False)
