/** The files of MindEye2: {@link org.mindeye.data.mindeye2.MindEye2Data}. */
package org.mindeye.data.mindeye2;
