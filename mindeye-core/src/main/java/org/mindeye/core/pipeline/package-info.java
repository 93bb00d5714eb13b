/** Inference from voxels to images: the contracts of the stages and the values they exchange. */
package org.mindeye.core.pipeline;
