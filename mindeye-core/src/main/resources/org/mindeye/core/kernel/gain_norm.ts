  # Layer normalisation over the last axis, gain and no bias.
  def layer_norm(self: __torch__.K, x: Tensor, gain: Tensor) -> Tensor:
    return torch.layer_norm(x, [torch.size(gain, 0)], gain, None, 1.0000000000000001e-05, True)
  # The same after dividing by the largest (signed) value of each row, a constant in the backward pass.
  def stable_layer_norm(self: __torch__.K, x: Tensor, gain: Tensor) -> Tensor:
    largest = torch.detach(torch.amax(x, [-1], True))
    return torch.layer_norm(torch.div(x, largest), [torch.size(gain, 0)], gain, None, 1.0000000000000001e-05, True)
