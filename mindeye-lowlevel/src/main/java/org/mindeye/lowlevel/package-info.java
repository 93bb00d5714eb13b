/**
 * The low-level branch (paper section 3.4): voxels to latents of the Stable-Diffusion autoencoder,
 * which decode to a blurry picture; that autoencoder; and the teacher of the branch's training.
 */
package org.mindeye.lowlevel;
