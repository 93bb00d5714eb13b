  # Functional gradients of a scalar: one contiguous tensor per parameter, as the fused optimiser reads them.
  # A parameter the loss does not depend on answers with an empty tensor; a loss without a graph with an empty list.
  def grad(self: __torch__.K, loss: Tensor, parameters: List[Tensor]) -> List[Tensor]:
    result = annotate(List[Tensor], [])
    if ops.prim.requires_grad(loss):
      found = torch.grad([loss], parameters, None, None, False, True)
      for i in range(torch.len(found)):
        g = found[i]
        if torch.__is__(g, None):
          _0 = torch.append(result, torch.empty([0]))
        else:
          _1 = torch.append(result, torch.contiguous(ops.aten._unwrap_optional(g)))
    else:
      pass
    return result
  # Vector-Jacobian products of one tensor: gradient of sum(output * cotangent), an empty tensor where there is none.
  def product(self: __torch__.K, output: Tensor, cotangent: Tensor, inputs: List[Tensor]) -> List[Tensor]:
    result = annotate(List[Tensor], [])
    found = torch.grad([output], inputs, annotate(List[Optional[Tensor]], [cotangent]), None, False, True)
    for i in range(torch.len(found)):
      g = found[i]
      if torch.__is__(g, None):
        _0 = torch.append(result, torch.empty([0]))
      else:
        _1 = torch.append(result, ops.aten._unwrap_optional(g))
    return result
  # A scalar with the loss's value whose gradient with respect to values[i] is gradients[i].
  def surrogate(self: __torch__.K, loss: Tensor, values: List[Tensor], gradients: List[Tensor]) -> Tensor:
    sum = torch.zeros_like(loss)
    for i in range(torch.len(values)):
      sum = torch.add(sum, torch.dot(torch.flatten(values[i]), torch.flatten(gradients[i])))
    return torch.add(torch.detach(loss), torch.sub(sum, torch.detach(sum)))
  # Euclidean norms of each of some tensors and, last, of all together.
  def norms(self: __torch__.K, tensors: List[Tensor]) -> Tensor:
    each = torch.stack(torch._foreach_norm(tensors, 2.))
    return torch.cat([each, torch.reshape(torch.norm(each, 2.), [1])])
  # Whether the tensor is part of a graph.
  def flows(self: __torch__.K, x: Tensor) -> Tensor:
    return torch.tensor(ops.prim.requires_grad(x))
