/**
 * What one brain saw and how it responded: subjects, splits and trials. Files are read and written
 * in {@link org.mindeye.data.webdataset}, batches are made in {@link org.mindeye.data.loader}.
 */
package org.mindeye.data;
