/**
 * The diffusion prior (paper section 3.3): brain tokens to CLIP image tokens that a generator can
 * paint. Two networks, one diffusion process around them, and samplers.
 */
package org.mindeye.prior;
