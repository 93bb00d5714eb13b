  # x <- y, in place, whatever x held.
  def assign(self: __torch__.K, x: Tensor, y: Tensor) -> Tensor:
    return torch.copy_(x, y, False)
  # x <- w[0] x, + w[1] y, + w[2] z, in place; w: float64 on the CPU.
  def one(self: __torch__.K, x: Tensor, w: Tensor) -> Tensor:
    return torch.mul_(x, float(torch.select(w, 0, 0)))
  def two(self: __torch__.K, x: Tensor, y: Tensor, w: Tensor) -> Tensor:
    return torch.add_((self).one(x, w), y, alpha=float(torch.select(w, 0, 1)))
  def three(self: __torch__.K, x: Tensor, y: Tensor, z: Tensor, w: Tensor) -> Tensor:
    return torch.add_((self).two(x, y, w), z, alpha=float(torch.select(w, 0, 2)))
