/** The residual MLP that turns voxels into CLIP tokens, and its projector (paper section 3.1). */
package org.mindeye.core.backbone;
