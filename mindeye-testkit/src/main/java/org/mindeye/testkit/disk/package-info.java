/** What a killed process can leave on the disk: {@link org.mindeye.testkit.disk.WatchedDisk}. */
package org.mindeye.testkit.disk;
