/**
 * The conditional UNet of Versatile Diffusion and Stable Diffusion: which noise is in latents,
 * given tokens that say what they show.
 */
package org.mindeye.reconstruction.unet;
