/**
 * The pretrained networks whose features the metrics of reconstructions compare, from their
 * published files: AlexNet, Inception-v3, EfficientNet-B1, ResNet-50 trained with SwAV, and CLIP.
 */
package org.mindeye.evaluation.network;
