// Makes photos small before they are sent: at most 1600 px on the longer side, as JPEG. Where and when a photo was taken
// goes along, for the office checks it; which way up it is held does not, for it is drawn upright already.

const LONGEST = 1600;
const QUALITY = 0.8;
const SMALL = 300000;
const [SOI, APP1, SOS] = [0xffd8, 0xffe1, 0xffda];
const ORIENTATION = 0x0112;

// Gives the segment of a JPEG that holds Exif, with its marker; null where there is none.
const exifOf = (view) => {
  if (view.byteLength < 4 || view.getUint16(0) !== SOI) return null;
  let at = 2;
  while (at + 10 <= view.byteLength) {
    const [marker, length] = [view.getUint16(at), view.getUint16(at + 2)];
    if (marker === SOS || marker < 0xff00) return null;
    const end = at + 2 + length;
    if (marker === APP1 && view.getUint32(at + 4) === 0x45786966 && end <= view.byteLength) return new Uint8Array(view.buffer.slice(at, end));
    at = end;
  }
  return null;
};

// Says in the segment that the picture stands upright.
const upright = (segment) => {
  const view = new DataView(segment.buffer);
  const tiff = 10;
  const little = view.getUint16(tiff) === 0x4949;
  const first = tiff + view.getUint32(tiff + 4, little);
  if (first + 2 > view.byteLength) return segment;
  for (let nth = 0; nth < view.getUint16(first, little); nth += 1) {
    const entry = first + 2 + nth * 12;
    if (entry + 12 > view.byteLength) break;
    if (view.getUint16(entry, little) === ORIENTATION) view.setUint16(entry + 8, 1, little);
  }
  return segment;
};

const redrawn = async (file) => {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
};

// Gives a photo made small, or the file itself when it is small, no photo, or cannot be drawn.
export const shrunk = async (file) => {
  if (!file.type.startsWith("image/") || file.size <= SMALL) return file;
  try {
    const small = await redrawn(file);
    if (!small || small.size >= file.size) return file;
    const exif = exifOf(new DataView(await file.arrayBuffer()));
    const parts = exif ? [small.slice(0, 2), upright(exif), small.slice(2)] : [small];
    return new File(parts, file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file;
  }
};
