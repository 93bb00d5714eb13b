package org.mindeye.training;

/**
 * How well a network does on the validation split, from the mean response to each image, without
 * mixing or dropout. The definition stays the same over a whole run (the original's validation loss
 * changes with the training loss, so its values cannot be compared).
 *
 * @param loss bidirectional CLIP loss at temperature 0.006 over the whole split
 * @param cosine mean cosine between a brain embedding and its own image
 * @param brainToImage share of brains whose nearest image of the split is their own, in [0, 1]
 * @param imageToBrain share of images whose nearest brain is their own, in [0, 1]
 * @param candidates how many images the nearest is chosen from
 */
public record ValidationScores(
    double loss, double cosine, double brainToImage, double imageToBrain, int candidates) {}
