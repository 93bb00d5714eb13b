/**
 * Image augmentation as the original trains: crop, flip, colour jitter and grayscale, on the heap.
 * What is random is drawn first, into an {@link org.mindeye.data.augmentation.AugmentationPlan},
 * and then applied by {@link org.mindeye.data.augmentation.ImageAugmentation}.
 */
package org.mindeye.data.augmentation;
