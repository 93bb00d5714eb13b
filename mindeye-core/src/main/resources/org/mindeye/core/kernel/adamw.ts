  # One decoupled-weight-decay Adam step in place, torch's fused kernel.
  # hyper: float64 [learning rate, beta1, beta2, weight decay, epsilon]
  def step(self: __torch__.K, hyper: Tensor, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], s: List[Tensor]) -> Tensor:
    torch._foreach_add_(s, 1)
    torch._fused_adamw_(p, g, m, v, [], s, lr=float(torch.select(hyper, 0, 0)), beta1=float(torch.select(hyper, 0, 1)), beta2=float(torch.select(hyper, 0, 2)), weight_decay=float(torch.select(hyper, 0, 3)), eps=float(torch.select(hyper, 0, 4)), amsgrad=False, maximize=False, grad_scale=None, found_inf=None)
    return hyper
