/** Texts of videos and of three-dimensional models: web/ui/video_*.ts, stl_model.ts. */
export const EN_VIDEO = {
  "video.label": "Video",
  "video.loading": "Loading video…",
  "video.loadingShare": "Loading video… {percent} %",
  "video.decoding": "The server decodes the video…",
  "video.stepBack": "Previous picture",
  "video.stepForward": "Next picture",
  "video.position": "Position in the video",
  "video.positionText": "Picture {n} of {count}, {time}",
  "video.time": "{time} / {total}",
  "video.frame": "{n} / {count}",
  "video.speed": "Speed",
  "video.speedTimes": "{n} ×",
  "video.loop": "Repeat",
  "video.download": "Download the video",
  "video.mark": "Video, lossy",
  "video.markTitle":
    "The stored video, played by this browser. It is lossy, and its pictures are not verified.",
  "video.markServer": "Decoded by the server, not verified",
  "video.markServerTitle":
    "This browser cannot play the video. Its pictures are decoded by the server's ffmpeg and sent as JPEG; they are not verified to be what was stored.",
  "video.countDiffers": "The object states {stated} pictures, its video has {found}.",
  "video.ended": "The video ends before this picture.",
  "video.failedTitle": "This video cannot be shown here",
  "video.noDecoder": "This browser has no decoder for {codec}.",
  "video.foreign":
    "It is a file of the kind {name}, which is not played: DICOM has no such videos.",
  "video.onlySound": "There is only sound in it ({name}), and no picture.",
  "video.unknown": "What it holds is no kind of video that is known here.",
  "video.noDecoderMpeg2": "Browsers have no decoder for MPEG-2.",
  "video.noServerDecoder": "The server cannot make pictures of it either.",
  "video.localHint":
    "The server could make pictures of it when it is uploaded to the archive. It can also be downloaded and opened with a media player.",
  "video.downloadHint": "It can be downloaded and opened with a media player.",
  "video.broken": "The video cannot be read: {reason}.",

  "stl.label": "Three-dimensional model",
  "stl.reset": "From the front, as a whole",
  "stl.help":
    "Drag to turn, Shift and drag to move, wheel or two fingers to zoom; arrow keys, + and −",
  "stl.triangles#": "{n} triangle|{n} triangles",
  "stl.broken": "The model cannot be drawn: it is no STL or OBJ file, or it is damaged.",
  "stl.tooLarge":
    "The model has over 2 million triangles, which are not drawn here. It can be downloaded.",
} as const;
