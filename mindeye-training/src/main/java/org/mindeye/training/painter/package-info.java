// SPDX-License-Identifier: Apache-2.0
/**
 * Training a painter of your own: a conditional UNet that makes latents out of noise, given CLIP
 * tokens.
 */
package org.mindeye.training.painter;
