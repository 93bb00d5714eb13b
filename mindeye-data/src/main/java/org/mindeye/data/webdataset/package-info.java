/**
 * The published web-datasets: tar files whose members are grouped into samples by name. One class
 * reads them, one writes them; both are strict, and everything else here is their machinery.
 */
package org.mindeye.data.webdataset;
