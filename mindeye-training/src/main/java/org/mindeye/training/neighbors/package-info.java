/**
 * From what a brain says to pictures of a large gallery, in two steps: neighbours by one embedding,
 * and the best of their pictures by a finer one. {@link
 * org.mindeye.training.neighbors.SecondOrderRetriever} leads them.
 */
package org.mindeye.training.neighbors;
