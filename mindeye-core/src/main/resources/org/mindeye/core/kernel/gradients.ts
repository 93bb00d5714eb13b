  # Functional gradients of a scalar. A parameter the loss does not depend on answers with an empty tensor.
  def grad(self: __torch__.K, loss: Tensor, parameters: List[Tensor]) -> List[Tensor]:
    found = torch.grad([loss], parameters, None, None, False, True)
    result = annotate(List[Tensor], [])
    for i in range(torch.len(found)):
      g = found[i]
      if torch.__is__(g, None):
        _0 = torch.append(result, torch.empty([0]))
      else:
        _1 = torch.append(result, ops.aten._unwrap_optional(g))
    return result
  # Global Euclidean norm of a list of tensors.
  def norm(self: __torch__.K, tensors: List[Tensor]) -> Tensor:
    return torch.norm(torch.stack(torch._foreach_norm(tensors, 2.)), 2.)
  # Multiplies every tensor in place by a scalar.
  def scale(self: __torch__.K, factor: Tensor, tensors: List[Tensor]) -> Tensor:
    torch._foreach_mul_(tensors, float(factor))
    return factor
