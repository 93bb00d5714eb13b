  # Eigenvalues (ascending) and eigenvectors (columns) of a symmetric matrix.
  def eigh(self: __torch__.K, a: Tensor) -> Tuple[Tensor, Tensor]:
    values, vectors = torch.linalg_eigh(a, "L")
    return (values, vectors)
