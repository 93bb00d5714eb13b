  # Separable interpolation with half-pixel centres; x: [batch, channels, height, width], size: int64 [height, width].
  def bilinear(self: __torch__.K, x: Tensor, size: Tensor) -> Tensor:
    return torch.upsample_bilinear2d(x, [int(torch.select(size, 0, 0)), int(torch.select(size, 0, 1))], False, None, None)
  def bicubic(self: __torch__.K, x: Tensor, size: Tensor) -> Tensor:
    return torch.upsample_bicubic2d(x, [int(torch.select(size, 0, 0)), int(torch.select(size, 0, 1))], False, None, None)
  def bilinear_antialias(self: __torch__.K, x: Tensor, size: Tensor) -> Tensor:
    return torch._upsample_bilinear2d_aa(x, [int(torch.select(size, 0, 0)), int(torch.select(size, 0, 1))], False, None, None)
  def bicubic_antialias(self: __torch__.K, x: Tensor, size: Tensor) -> Tensor:
    return torch._upsample_bicubic2d_aa(x, [int(torch.select(size, 0, 0)), int(torch.select(size, 0, 1))], False, None, None)
