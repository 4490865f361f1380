/* Draws a photo again: the long edge at most 1280, JPEG 0.72, so nothing of the camera's notes (place,
 * time, device) is left, and it weighs about 0.2 MB. */
const EDGE = 1280;
const QUALITY = 0.72;

export function fit(width: number, height: number): { width: number; height: number } {
  const share = Math.min(1, EDGE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

function picture(file: Blob): Promise<HTMLImageElement> {
  return new Promise((good, bad) => {
    const img = new Image();
    const url = URL.createObjectURL(file);
    img.onload = () => { URL.revokeObjectURL(url); good(img); };
    img.onerror = () => { URL.revokeObjectURL(url); bad(new Error('no picture')); };
    img.src = url;
  });
}

export async function redraw(file: Blob): Promise<ArrayBuffer> {
  const img = await picture(file); // an <img> turns itself by the camera's note; the copy needs none
  const size = fit(img.naturalWidth, img.naturalHeight);
  const canvas = Object.assign(document.createElement('canvas'), size);
  canvas.getContext('2d')!.drawImage(img, 0, 0, size.width, size.height);
  const blob = await new Promise<Blob | null>((good) => canvas.toBlob(good, 'image/jpeg', QUALITY));
  if (!blob) throw new Error('no picture');
  return blob.arrayBuffer();
}
