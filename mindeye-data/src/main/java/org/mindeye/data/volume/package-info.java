/**
 * Brain images: numbers on a grid of voxels, in NIfTI-1 and FreeSurfer's MGH files, and the regions
 * of interest that are drawn on such grids.
 */
package org.mindeye.data.volume;
