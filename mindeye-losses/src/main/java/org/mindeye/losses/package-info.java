/**
 * The training objectives of MindEye in CLIP space: MixCo augmentation of the voxels ({@link
 * org.mindeye.losses.MixCo}), the contrastive losses ({@link org.mindeye.losses.BiMixCoLoss},
 * {@link org.mindeye.losses.SoftClipLoss}, {@link org.mindeye.losses.ClipLoss}, {@link
 * org.mindeye.losses.SoftContrastiveLoss}) and which of them an epoch uses ({@link
 * org.mindeye.losses.LossSchedule}).
 *
 * <p>Losses are immutable values. Their results are scalar tensors, differentiable with respect to
 * the brain's vectors alone, owned by the manager of these vectors; inside an {@link
 * ai.djl.ndarray.NDScope} they belong to that scope, as the result of any other operation.
 *
 * <p>Source: {@code src/utils.py} and {@code src/Train_MindEye.py} of the original.
 */
package org.mindeye.losses;
