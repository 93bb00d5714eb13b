  # Cosine attention with rotary positions: many query heads, one head of keys and values shared by all.
  # Rotates pairs of neighbouring channels, divides by the length: [b, n, heads*d], [n, d/2, 2] -> [b, heads, n, d].
  def directions(self: __torch__.K, x: Tensor, rotation: Tensor) -> Tensor:
    half = torch.size(rotation, 1)
    b = torch.size(x, 0)
    n = torch.size(x, 1)
    pairs = torch.view_as_complex(torch.reshape(x, [b, n, -1, half, 2]))
    turned = torch.view_as_real(torch.mul(pairs, torch.unsqueeze(torch.view_as_complex(rotation), 1)))
    heads = torch.reshape(turned, [b, n, -1, torch.mul(half, 2)])
    return torch.transpose((self).unit(heads), 1, 2)
  def unit(self: __torch__.K, x: Tensor) -> Tensor:
    return torch.div(x, torch.clamp_min(torch.norm(x, 2., [-1], True), 1.0e-12))
  # [b, n, 2d] -> keys and values [b, 1, n, d]; only keys are rotated.
  def keys_values(self: __torch__.K, kv: Tensor, rotation: Tensor) -> Tuple[Tensor, Tensor]:
    parts = torch.chunk(kv, 2, -1)
    return ((self).directions(parts[0], rotation), torch.unsqueeze(parts[1], 1))
  # The same after a learned key and value, null [2, d], that every query sees: [b, 1, 1 + n, d].
  def keys_values_null(self: __torch__.K, kv: Tensor, rotation: Tensor, null: Tensor) -> Tuple[Tensor, Tensor]:
    b = torch.size(kv, 0)
    k, v = (self).keys_values(kv, rotation)
    nulls = torch.reshape(null, [2, 1, 1, 1, -1])
    nk = torch.expand((self).unit(torch.select(nulls, 0, 0)), [b, -1, -1, -1])
    nv = torch.expand(torch.select(nulls, 0, 1), [b, -1, -1, -1])
    return (torch.cat([nk, k], 2), torch.cat([nv, v], 2))
  # q [b, heads, n, d]; k, v [b, 1, m, d]; bias [heads, n, m] -> [b, n, heads*d].
  def attend(self: __torch__.K, q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    shared = [-1, torch.size(q, 1), -1, -1]
    o = torch.scaled_dot_product_attention(q, torch.expand(k, shared), torch.expand(v, shared), torch.unsqueeze(bias, 0), 0., False, scale=16., enable_gqa=False)
    return torch.flatten(torch.transpose(o, 1, 2), 2)
  # The same with the weights multiplied by a dropout mask [b, heads, n, m].
  def attend_masked(self: __torch__.K, q: Tensor, k: Tensor, v: Tensor, bias: Tensor, mask: Tensor) -> Tensor:
    scores = torch.add(torch.mul(torch.matmul(q, torch.transpose(k, 2, 3)), 16.), bias)
    o = torch.matmul(torch.mul(torch.softmax(scores, -1, None), mask), v)
    return torch.flatten(torch.transpose(o, 1, 2), 2)
