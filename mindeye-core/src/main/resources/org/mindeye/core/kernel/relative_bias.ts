  # Looks up a score for each query and key: buckets int64 [n, m], weight [buckets, heads] -> [heads, n, m].
  # x only says whose memory the result belongs to.
  def all(self: __torch__.K, x: Tensor, buckets: Tensor, weight: Tensor) -> Tensor:
    return torch.contiguous(torch.permute(torch.embedding(weight, buckets, -1, False, False), [2, 0, 1]))
  # The same, with the lowest number where the key lies after the query: key 0 belongs to no token, so key i + 1 is query i's own.
  def causal(self: __torch__.K, x: Tensor, buckets: Tensor, weight: Tensor) -> Tensor:
    later = torch.triu(torch.ones_like(buckets), 2)
    return torch.masked_fill((self).all(x, buckets, weight), torch.gt(later, 0), -3.4028234663852886e+38)
