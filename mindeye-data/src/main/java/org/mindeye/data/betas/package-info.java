/**
 * Responses as a laboratory has them: for each session a file of estimates ("betas"), voxels on a
 * grid by trials, and a list of what was shown. {@link org.mindeye.data.betas.BetaTrials} makes
 * trials of them, z-scored session by session, for any experiment; what is peculiar to one is in a
 * package of its own.
 */
package org.mindeye.data.betas;
