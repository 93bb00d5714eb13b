/**
 * CLIP's image side: the vision transformer under its published names, the preprocessing it was
 * trained with, and the encoder that turns images into the embeddings MindEye predicts.
 */
package org.mindeye.core.clip;
