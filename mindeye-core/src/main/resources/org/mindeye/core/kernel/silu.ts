  # x sigmoid(x)
  def silu(self: __torch__.K, x: Tensor) -> Tensor:
    return torch.silu(x)
  # The first half of the last axis, gated by the second: a silu(b).
  def swiglu(self: __torch__.K, x: Tensor) -> Tensor:
    halves = torch.chunk(x, 2, -1)
    return torch.mul(torch.silu(halves[1]), halves[0])
