// A page opened from a folder (file:) may start no worker. The search then runs in a hidden frame.
if (location.protocol === "file:") {
  window.IFrameWorker = class IFrameWorker extends EventTarget {
    constructor(url) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      document.body.appendChild(frame)
      this.inside = frame.contentWindow
      this.inside.postMessage = (data) =>
        this.dispatchEvent(new MessageEvent("message", { data }))
      this.inside.importScripts = (...urls) =>
        urls.reduce((before, next) => before.then(() => this.script(next)), Promise.resolve())
      this.ready = this.script(url)
    }

    script(src) {
      const page = this.inside.document
      return new Promise((resolve, reject) => {
        const script = page.createElement("script")
        script.src = new URL(src, location)
        script.onload = resolve
        script.onerror = reject
        page.body.appendChild(script)
      })
    }

    postMessage(data) {
      this.ready.then(() => this.inside.dispatchEvent(new MessageEvent("message", { data })))
    }

    terminate() {
      this.inside.frameElement.remove()
    }
  }
  window.Worker = window.IFrameWorker
}
