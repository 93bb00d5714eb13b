/**
 * Reconstruction (paper section 3.5): from CLIP tokens and a blurry image to pictures, by a latent
 * diffusion model.
 */
package org.mindeye.reconstruction;
